  stp fp, lr, [sp, #-16]!
  mov fp, sp
  stp x21, x27, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  sub sp, sp, #48
block0:
  add x0, x3, #240
  ldr x1, [x2, #24]
  ldr x1, [x1]
  subs xzr, x0, x1
  b.hi label24 ; b label1
block1:
  str x3, [x2, #48]
  ldr x1, [x2, #32]
  mov x5, x2
  str x0, [x1]
  b label2
block2:
  load_ext_name_far x19, User(userextname0)+0
  ldr d0, [x19, #16]
  str q0, [sp, #32]
  ldr x20, [x3]
  ldr x0, [x3, #8]
  mov x21, x3
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
  and x1, x20, #12
  subs xzr, x1, #12
  b.eq label9 ; b label10
block9:
  mov x27, x5
  b label15
block10:
  add x4, x20, #4
  subs xzr, x4, x20
  b.lt label11 ; b label12
block11:
  mov x27, x5
  b label15
block12:
  ldr q0, [sp, #32]
  fadd d27, d27, d0
  subs xzr, x4, #4000
  b.ge label14 ; b label13
block13:
  mov x20, x4
  b label8
block15:
  ldr d16, [x19, #24]
  fmul d16, d27, d16
  str q27, [sp]
  mov x14, v16.d[0]
  str q16, [sp, #16]
  extr x14, x14, #60
  add x0, x14, #3
  tbz x0, #1, label17 ; b label16
block16:
  b label18
block18:
  and x1, x20, #3
  cbnz x1, label22 ; b label19
block19:
  add x1, x20, #4
  subs xzr, x1, x20
  b.lt label21 ; b label20
block20:
  mov x3, x21
  str x1, [x3]
  str x0, [x3, #8]
  mov x5, x27
  mov x20, x1
  b label3
block4:
  mov x27, x5
  b label23
block6:
  mov x27, x5
  b label23
block14:
  movz x2, #3
  mov x27, x5
  str x4, [x27, #72]
  str d27, [x27, #80]
  ldr x12, [x27, #4168]
  add x12, x12, #1000
  str x12, [x27, #4168]
  load_ext_name_far x13, User(userextname0)+0
  ldr x3, [x13, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x27, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block17:
  load_ext_name_far x1, User(userextname1)+0
  mov x0, x27
  ldr q0, [sp, #16]
  blr x1
  b label18
block21:
  movz x2, #5
  str x20, [x27, #72]
  ldr q16, [sp, #16]
  str d16, [x27, #80]
  ldr x0, [x27, #4168]
  add x0, x0, #1000
  str x0, [x27, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x27, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block22:
  movz x2, #4
  str x20, [x27, #72]
  ldr q27, [sp]
  str d27, [x27, #80]
  ldr x0, [x27, #4168]
  add x0, x0, #1000
  str x0, [x27, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x27, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block23:
  movz x2, #2
  ldr x0, [x27, #4168]
  add x0, x0, #1000
  str x0, [x27, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x27, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block24:
  movz x2, #1
  movz x3, #0
  add sp, sp, #48
  ldp x19, x20, [sp], #16
  ldp x21, x27, [sp], #16
  ldp fp, lr, [sp], #16
  ret
