  stp fp, lr, [sp, #-16]!
  mov fp, sp
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  sub sp, sp, #48
block0:
  mov x2, x0
  load_ext_name_far x19, User(userextname0)+0
  ldr d0, [x19, #8]
  str q0, [sp, #32]
  ldr x20, [x1]
  ldr x0, [x1, #8]
  mov x22, x1
  b label1
block1:
  and x1, x20, #3
  cbnz x1, label2 ; b label3
block3:
  tbz x0, #1, label4 ; b label5
block5:
  sub x0, x0, #3
  extr x0, x0, #4
  fmov d18, x0
  b label6
block6:
  and x0, x20, #12
  subs xzr, x0, #12
  b.eq label7 ; b label8
block7:
  mov x21, x2
  b label13
block8:
  movz x0, #4
  adds x0, x20, x0
  cset x1, vs
  ands wzr, w1, #255
  b.ne label9 ; b label10
block9:
  mov x21, x2
  b label13
block10:
  ldr q0, [sp, #32]
  fadd d18, d18, d0
  subs xzr, x0, #4000
  b.ge label12 ; b label11
block11:
  mov x20, x0
  b label6
block13:
  ldr d0, [x19, #16]
  fmul d0, d18, d0
  str q18, [sp]
  mov x0, v0.d[0]
  str q0, [sp, #16]
  extr x0, x0, #60
  add x0, x0, #3
  tbz x0, #1, label15 ; b label14
block14:
  b label16
block16:
  and x1, x20, #3
  cbnz x1, label20 ; b label17
block17:
  movz x1, #4
  adds x1, x20, x1
  cset x2, vs
  ands wzr, w2, #255
  b.ne label19 ; b label18
block18:
  mov x2, x22
  str x1, [x2]
  str x0, [x2, #8]
  mov x20, x1
  mov x2, x21
  b label1
block2:
  b label21
block4:
  b label21
block12:
  movz x1, #1
  mov x21, x2
  str x0, [x21, #40]
  str d18, [x21, #48]
  mov x0, x1
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block15:
  load_ext_name_far x1, User(userextname1)+0
  mov x0, x21
  ldr q0, [sp, #16]
  blr x1
  b label16
block19:
  movz x0, #3
  str x20, [x21, #40]
  ldr q0, [sp, #16]
  str d0, [x21, #48]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block20:
  movz x0, #2
  str x20, [x21, #40]
  ldr q18, [sp]
  str d18, [x21, #48]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block21:
  movz x0, #0
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
