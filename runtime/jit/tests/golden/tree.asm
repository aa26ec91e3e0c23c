  stp fp, lr, [sp, #-16]!
  mov fp, sp
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  sub sp, sp, #48
block0:
  add x2, x1, #240
  ldr x3, [x0, #24]
  ldr x3, [x3]
  subs xzr, x2, x3
  b.hi label24 ; b label1
block1:
  str x1, [x0, #48]
  ldr x3, [x0, #32]
  mov x4, x0
  str x2, [x3]
  b label2
block2:
  load_ext_name_far x19, User(userextname0)+0
  ldr d0, [x19, #16]
  str q0, [sp, #32]
  ldr x20, [x1]
  ldr x0, [x1, #8]
  mov x22, x1
  b label3
block3:
  and x1, x20, #3
  cbnz x1, label4 ; b label5
block5:
  tbz x0, #1, label6 ; b label7
block7:
  sub x0, x0, #3
  extr x0, x0, #4
  fmov d27, x0
  b label8
block8:
  and x0, x20, #12
  subs xzr, x0, #12
  b.eq label9 ; b label10
block9:
  mov x21, x4
  b label15
block10:
  add x0, x20, #4
  subs xzr, x0, x20
  b.lt label11 ; b label12
block11:
  mov x21, x4
  b label15
block12:
  ldr q0, [sp, #32]
  fadd d27, d27, d0
  subs xzr, x0, #4000
  b.ge label14 ; b label13
block13:
  mov x20, x0
  b label8
block15:
  ldr d5, [x19, #24]
  fmul d5, d27, d5
  str q27, [sp]
  mov x5, v5.d[0]
  str q5, [sp, #16]
  extr x5, x5, #60
  add x0, x5, #3
  tbz x0, #1, label17 ; b label16
block16:
  b label18
block18:
  and x8, x20, #3
  cbnz x8, label22 ; b label19
block19:
  add x9, x20, #4
  subs xzr, x9, x20
  b.lt label21 ; b label20
block20:
  mov x1, x22
  str x9, [x1]
  str x0, [x1, #8]
  mov x4, x21
  mov x20, x9
  b label3
block4:
  b label23
block6:
  b label23
block14:
  movz x2, #3
  mov x21, x4
  str x0, [x21, #72]
  str d27, [x21, #80]
  load_ext_name_far x4, User(userextname0)+0
  ldr x1, [x4, #8]
  mov x0, x2
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block17:
  load_ext_name_far x7, User(userextname1)+0
  mov x0, x21
  ldr q0, [sp, #16]
  blr x7
  b label18
block21:
  movz x0, #5
  str x20, [x21, #72]
  ldr q5, [sp, #16]
  str d5, [x21, #80]
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block22:
  movz x0, #4
  str x20, [x21, #72]
  ldr q27, [sp]
  str d27, [x21, #80]
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block23:
  movz x0, #2
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block24:
  movz x0, #1
  movz x1, #0
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp fp, lr, [sp], #16
  ret
